"""What holds unless a user says otherwise; imports nothing, for the command line.

The catalogue takes 0.1 s to import, which is longer than ``kzborder --help`` runs.
"""

#: The border that the package is about: curated tables give their chainages along it.
DEFAULT_BORDER = "kz-cn"

#: Gaps of another line up to this length are bridged, where it is compared.
MAX_GAP_M = 100.0
