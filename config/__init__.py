"""What a machine is told: `station.toml` (what it is) and the policy (what the library decided).

Both are text until they are loaded here, all at once: either everything is right, or `ConfigFault` names every line
that is not, what stands there and what may.
"""

from config.faults import ConfigFault, Kind, Problem
from config.policy import Policy, load_policy
from config.reading import text_of
from config.secrets import NoSecret, Secrets
from config.station import Device, Library, Screen, Station, load_station

__all__ = [
    "ConfigFault",
    "Device",
    "Kind",
    "Library",
    "NoSecret",
    "Policy",
    "Problem",
    "Screen",
    "Secrets",
    "Station",
    "load_policy",
    "load_station",
    "text_of",
]
