"""Where the reference data lies; its README says whose it is."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
