"""Currencies: how many decimals an amount of each has (ISO 4217), so what its minor unit is."""

from collections.abc import Mapping

_EXPONENTS: Mapping[str, int] = {
    **dict.fromkeys(("JPY", "KRW", "VND", "ISK", "CLP", "PYG", "UGX", "RWF", "KMF", "GNF", "DJF", "BIF", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def exponent(currency: str) -> int:
    """How many decimals an amount of this currency has: 2 for the yuan, none for the yen."""
    return _EXPONENTS.get(currency, 2)
