"""The sentences of faults of an uploaded file, and of a data room that is closed to the reader."""

from collections.abc import Mapping

from .i18n import mark as _

OF_UPLOADS: Mapping[str, str] = {
    "UPLOAD_NONE": _("Choose a file."),
    "UPLOAD_EMPTY": _("%(name)s: the file is empty. Choose it again."),
    "UPLOAD_TOO_LARGE": _("%(name)s: the file has more than %(most)s MB. Make it smaller, or divide it."),
    "UPLOAD_KIND": _("%(name)s: by its content this is none of %(kinds)s. Save it as one of them."),
    "UPLOAD_BROKEN": _("%(name)s: the file is damaged. Open it in its program, and save it anew."),
    "UPLOAD_HUGE_PICTURE": _("%(name)s: the picture has more than 50 million pixels. Make it smaller."),
    "UPLOAD_PAGES": _("%(name)s: a PDF has from 1 to 2,000 pages here."),
    "UPLOAD_PROTECTED_PDF": _("%(name)s: the PDF has a password. Save it without one."),
    "UPLOAD_ACTIVE_PDF": _("%(name)s: a program or another file is in this PDF. Print it into a new PDF."),
    "TOO_MANY_DOCUMENTS": _("A lot has at most %(most)s pictures and documents. Remove some that are not needed."),
    "ROOM_TERMS_EMPTY": _("Write the terms in Chinese, in English, or in both."),
    "ROOM_CLOSED": _("The data room is closed."),
    "ROOM_NOT_ADMITTED": _("The data room is for admitted bidders of this sale. Apply for a paddle."),
    "ROOM_BARRED": _("Your paddle is held. Ask the house."),
    "ROOM_NO_TERMS": _("The house has not written the terms of the data room yet."),
    "ROOM_TERMS_NEW": _("Read and accept the terms of the data room first."),
    "FILE_GONE": _("This file is not in the folder of files any more. The house has to put it back from its backup."),
}
