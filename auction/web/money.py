"""Amounts as people read them; the browser's twin is static/js/core/money.js."""

SIGNS = {"CNY": "¥", "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


def money(minor: int | None, currency: str = "CNY") -> str:
    """An amount in the minor unit as money: ¥1,250,000, with cents only where there are any; a dash for none."""
    if minor is None:
        return "–"
    major, cents = divmod(abs(minor), 100)
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'-' if minor < 0 else ''}{sign}{major:,}" + (f".{cents:02d}" if cents else "")
