"""Why a store cannot be opened. Apart from the store, so that who only asks for the reason does not load SQLAlchemy."""

from kiosk.ports.abis import AbisFault


class InUse(AbisFault):
    """Another process serves this file."""


class Unusable(AbisFault):
    """The file is not a store, or one of a release that this one does not know."""
