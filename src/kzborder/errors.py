"""The errors a user can meet: each message is one clear sentence."""


class KzborderError(Exception):
    """Anything that goes wrong for a reason a user can act on."""


class UnknownNameError(KzborderError):
    """A layer, column or option that does not exist (with the nearest name, if any)."""


class DataError(KzborderError):
    """Data that are missing, truncated, edited or inconsistent."""


class InputError(KzborderError):
    """Something the user passed in cannot be used."""


class OutputError(KzborderError):
    """A file or folder cannot be written."""
