"""The Flask application: joins pages, access, errors, languages and headers. It is handed its parts by app.py."""

from datetime import datetime
from typing import Any

from babel.dates import format_datetime, get_timezone_name
from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from ..base.config import ROOT
from ..base.texts import UNKEEPABLE
from ..base.zones import zone_of
from ..papers.sale_statistics import EarlierSales
from ..parts import Parts
from ..words.amounts import CURRENCIES, money
from . import access, assets, auth, errors, security
from .locale import current_locale, gettext
from .pages import BLUEPRINTS
from .session import UndatedSessions
from .shown import Shelf
from .uploads import FileRequest, allow_files

LARGEST_REQUEST = 11 * 1024 * 1024
"""A catalogue of 10 MB and its form."""


def create_app(given: Parts) -> Flask:
    """The application over its parts."""
    app = Flask("auction", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.extensions["parts"] = given
    app.extensions["shelf"] = Shelf(given.store)
    app.extensions["earlier"] = EarlierSales(given.store)
    app.config.update(SECRET_KEY=given.config.secret_key, MAX_CONTENT_LENGTH=LARGEST_REQUEST, WTF_CSRF_TIME_LIMIT=None)
    app.request_class = FileRequest
    app.session_interface = UndatedSessions()
    errors.install(app)
    auth.install(app, given.accounts)
    app.before_request(allow_files)
    csrf = CSRFProtect(app)
    app.before_request(refuse_unkeepable)
    security.install(app, given.config)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for endpoint in access.WITHOUT_TOKEN:
        csrf.exempt(app.view_functions[endpoint])
    _teach_templates(app)
    return app


def refuse_unkeepable() -> None:
    """Let no text in that cannot be kept: NUL and lone surrogates."""
    texts = {"address": request.path}
    for given in (request.args, request.form):
        texts |= {name: "".join((name, *values)) for name, values in given.lists()}
    for name, text in texts.items():
        if UNKEEPABLE.search(text):
            raise errors.Problem("MALFORMED", field=errors.named(name))


def _teach_templates(app: Flask) -> None:
    app.jinja_env.globals["_"] = gettext
    app.jinja_env.globals["asset"] = assets.files(ROOT / "static").address
    app.jinja_env.globals["may_here"] = auth.may_here
    app.jinja_env.globals["current_locale"] = current_locale
    app.jinja_env.filters["money"] = money
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["unit"] = unit
    app.jinja_env.filters["zone_name"] = zone_name
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    def everywhere() -> dict[str, Any]:
        return {
            "locale": current_locale(),
            "me": auth.current_identity(),
            "for_everybody": auth.is_for_everybody(),
        }

    app.context_processor(everywhere)


def unit(currency: str) -> str:
    """The unit in which the amounts of a sale are typed, in the reader's language: yuan, 元."""
    return gettext(CURRENCIES[currency].name)


def moment(at_ms: int | None, sale: Any, form: str = "medium") -> str:
    """A time in the sale's own zone, in the words of the reader's language; a dash for none."""
    if at_ms is None:
        return "–"
    zone = zone_of(sale)
    return str(format_datetime(datetime.fromtimestamp(at_ms / 1000, zone), form, zone, locale=current_locale()))


def zone_name(sale: Any) -> str:
    """The sale's time zone as people call it: 北京时间."""
    zone = zone_of(sale)
    known = gettext("Beijing time") if zone.key == "Asia/Shanghai" else get_timezone_name(zone, locale=current_locale())
    return str(known)
