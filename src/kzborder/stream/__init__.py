"""Files of any size: read in batches, located part by part, in constant memory.

``batches`` opens tables, ``columnar`` locates one piece of Arrow, ``locating`` runs over files and
``parts`` knows which are done; ``meter`` shows how far it is.
"""

from kzborder.stream.locating import Summary, locate_files

__all__ = ["Summary", "locate_files"]
