"""Models whose bytes were worked by hand; see sheet.py for what one of them holds."""

from tests.estimate.golden.compressed import COMPRESSED
from tests.estimate.golden.dense import DENSE
from tests.estimate.golden.experts import EXPERTS
from tests.estimate.golden.hybrid import HYBRID
from tests.estimate.golden.latent import LATENT
from tests.estimate.golden.windows import WINDOWS

GOLDEN = (*DENSE, *WINDOWS, *EXPERTS, *LATENT, *COMPRESSED, *HYBRID)
