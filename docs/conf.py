"""Settings of the documentation: ``make docs``. The built site asks nothing of any network."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from latex2mathml.converter import convert

import kzborder
from kzborder.upkeep.build import write_maps

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

project = "kzborder"
author = "The kzborder authors"
project_copyright = "the kzborder authors. Code: MIT; data: one licence a layer"
release = f"{kzborder.__version__}, data {kzborder.__data_version__}"
version = kzborder.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["pictures"]
#: Pages that the menu has if they are there: some are written by other tools.
OPTIONAL = ("layers", "performance", "reliability")

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_execution_timeout = 300  # a cell takes seconds; a busy machine takes longer
nb_merge_streams = True
nb_ipywidgets_js: dict[str, Any] = {}  # they would come from a CDN
# the style of the plots in the notebooks
os.environ["MATPLOTLIBRC"] = str(HERE / "matplotlibrc")
# and the command line of this environment, whoever runs the build
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
logging.getLogger("traitlets").setLevel(logging.WARNING)

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say the types
napoleon_google_docstring = False
napoleon_use_rtype = False

copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True

html_title = "kzborder"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["kzborder.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#b01739",
        "color-brand-content": "#8f2342",
        "color-brand-visited": "#6a3048",
    },
    "dark_css_variables": {
        "color-brand-primary": "#e88a9c",
        "color-brand-content": "#e88a9c",
        "color-brand-visited": "#d8a3b4",
    },
}
html_math_renderer = "mathml"


def inline_math(translator: Any, node: nodes.math) -> None:
    """Formulas are MathML, which browsers draw themselves: no script, no fonts."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def block_math(translator: Any, node: nodes.math_block) -> None:
    """The same, on a line of its own."""
    translator.body.append(f'<div class="math">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def only_what_is_there(app: Sphinx, docname: str, source: list[str]) -> None:
    """Leave optional pages that do not exist out of the menu."""
    if docname == "index":
        for name in OPTIONAL:
            if name not in app.project.docnames:
                source[0] = source[0].replace(f"\n{name}\n", "\n")


def settle_ipython(app: Sphinx) -> None:
    """Notebooks run without anybody's own profile and history, and without chatter."""
    folder = Path(app.doctreedir).resolve() / "ipython" / "profile_default"
    folder.mkdir(parents=True, exist_ok=True)
    text = "c.IPKernelApp.log_level = 40\nc.HistoryManager.enabled = False\n"
    (folder / "ipython_kernel_config.py").write_text(text, "utf-8")
    os.environ["IPYTHONDIR"] = str(folder.parent)


def copy_maps(app: Sphinx, error: Exception | None) -> None:
    """Put the maps beside the pages: those that `make` built, or else drawn now."""
    if error is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "maps"
    built = ROOT / "maps"
    if (built / "index.html").exists():
        shutil.copytree(built, folder, dirs_exist_ok=True)
        return
    write_maps(kzborder.load, folder)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what stands above."""
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    app.connect("builder-inited", settle_ipython)
    app.connect("source-read", only_what_is_there)
    app.connect("build-finished", copy_maps)
    return {"parallel_read_safe": True}
