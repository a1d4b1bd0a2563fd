"""Languages that people in the city speak (ISO 639), many more than the pages are written in; names come from CLDR."""

SPOKEN = (
    "ar", "sq", "am", "hy", "az", "bn", "bs", "bg", "ckb", "fa", "fr", "ka", "el", "hi", "it", "ku", "hr", "mk", "ps",
    "pl", "pt", "rom", "ro", "ru", "sr", "so", "es", "ta", "ti", "tr", "uk", "ur", "vi", "zh", "gsg",
)  # fmt: skip
OTHER = "other"
