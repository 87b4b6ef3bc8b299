"""The catalogue of layers: records, fields, sources, loading."""

from kzborder.catalog.loading import DESCRIPTOR as DESCRIPTOR
from kzborder.catalog.loading import checkout as checkout
from kzborder.catalog.loading import clear_caches as clear_caches
from kzborder.catalog.loading import descriptor as descriptor
from kzborder.catalog.loading import home as home
from kzborder.catalog.loading import known as known
from kzborder.catalog.loading import layer_records as layer_records
from kzborder.catalog.loading import layers as layers
from kzborder.catalog.loading import layers_along as layers_along
from kzborder.catalog.loading import line_of as line_of
from kzborder.catalog.loading import load as load
from kzborder.catalog.loading import reference_line as reference_line
from kzborder.catalog.loading import rows as rows
from kzborder.catalog.loading import styles_folder as styles_folder
from kzborder.catalog.records import DATA_VERSION as DATA_VERSION
from kzborder.catalog.records import SCHEMA_VERSION as SCHEMA_VERSION
from kzborder.catalog.records import Layer as Layer
from kzborder.catalog.records import Source as Source
from kzborder.catalog.records import read_licences as read_licences
from kzborder.catalog.records import read_sources as read_sources
from kzborder.catalog.records import read_toml as read_toml
