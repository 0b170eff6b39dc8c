"""What an address can hold, as far as the address itself tells.

- A *placeholder* leads nowhere, or nowhere that others can go.
- A *generic* page leads somewhere, but no figure stands there: a home page, a list of issues, a repository's front.
- A *product page* may hold a specification; it does not hold what somebody measured.
"""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urlsplit

_RESERVED_HOSTS = re.compile(
    r"(.*\.)?(example\.(com|org|net|edu)|localhost|(your|my)-?(site|domain|company|host|server)\.[a-z]+)"
    r"|.*\.(example|test|invalid|local|localhost|internal|lan)"
)
_BLANK = re.compile(
    r"(?=.*xx)[0-9x.]+(v[0-9]+)?"  # 2401.0xx, xxxx, 10.xxxx
    r"|placeholder|change-?me|insert-?(url|link)-?here|\.{2,}|…"
    r"|(your|my)[-_](org|organi[sz]ation|name|repo|repository|user|username|project|model|url|link|file|path|page|id)"
    r"([-_](name|id|url|here|repo))?",
    re.IGNORECASE,
)
_UPPER_BLANK = re.compile(r"TODO|TBD|FIXME|XXX|N/?A|0{7,40}")
_ARXIV_ID = re.compile(
    r"[0-9]{2}(0[1-9]|1[0-2])\.(?!0+(v|$))[0-9]{4,5}(v[0-9]+)?(\.pdf)?|[a-z-]+(\.[A-Z]{2})?|[0-9]{7}(v[0-9]+)?"
)

_CODE_HOSTS = frozenset(("github.com", "gitlab.com", "gitee.com", "bitbucket.org", "codeberg.org", "gitcode.com"))
_MODEL_HOSTS = frozenset(("huggingface.co", "hf.co", "modelscope.cn", "modelscope.ai"))
_LISTS = frozenset(("issues", "pulls", "pull", "discussions", "wiki", "actions", "projects", "commits", "branches"))
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
# What says nothing about the content: a language, a version of the documentation, a front page.
_EMPTY_STEP = re.compile(
    r"[a-z]{2}([-_][a-z]{2,4})?|latest|stable|main|master|current|v[0-9]+(\.[0-9]+)*|[0-9]{1,3}(\.[0-9]{1,3}){1,2}"
    r"|(index|home|default|main)(\.[a-z]{3,5})?",
    re.IGNORECASE,
)
_SHELF = re.compile(
    r"about|articles|blogs?|category|community|developers?|discussions|docs|document(ation)?|forums?|home|issues|library"
    r"|media|news|newsroom|overview|papers|posts|press|press-releases?|products?|publications|releases|research"
    r"|resources|search|solutions|support|tags?|technology|topics",
    re.IGNORECASE,
)
_PRODUCT_STEP = re.compile(
    "products?|accelerators|data-?center|machine-learning|solutions|platforms|instance-types", re.IGNORECASE
)
_ARTICLE_STEP = re.compile("blogs?|news|newsroom|press|docs|document(ation)?|articles?|papers?", re.IGNORECASE)
_YEAR_OR_MONTH = re.compile(r"(19|20)[0-9]{2}|0?[1-9]|1[0-2]")


@lru_cache(maxsize=8192)
def is_placeholder(url: str) -> bool:
    """Tell whether ``url`` is no address that a reader can open: reserved, private, blank or not of the web."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https"):
        return True
    host = (parts.hostname or "").rstrip(".")
    if "." not in host or _is_address(host) or _RESERVED_HOSTS.fullmatch(host):
        return True
    steps = _steps(parts)
    if any(_BLANK.fullmatch(step) or _UPPER_BLANK.fullmatch(step) for step in (*steps, *host.split(".")[:-1])):
        return True
    values = [value for _, value in parse_qsl(parts.query)]
    if any(_BLANK.fullmatch(value) or _UPPER_BLANK.fullmatch(value) for value in values):
        return True
    if _bare(host) == "arxiv.org" and len(steps) == 2 and steps[0] in ("abs", "pdf", "html"):
        return not _ARXIV_ID.fullmatch(steps[1])
    return False


@lru_cache(maxsize=8192)
def is_generic(url: str) -> bool:
    """Tell whether ``url`` is a front page or a list: a site, an owner, a repository, its issues, a blog as a whole."""
    parts = _split(url)
    if parts is None:
        return False
    host = _bare(parts.hostname or "")
    steps = _steps(parts)
    if host in _CODE_HOSTS:
        return _is_front_of_repository(steps)
    if host in _MODEL_HOSTS:
        if steps[:1] in (["models"], ["datasets"], ["spaces"]):
            steps = steps[1:]
        return len(steps) < 2 or (len(steps) == 3 and steps[2] in ("discussions", "tree", "commits"))
    if parts.query and any(not name.startswith("utm_") for name, _ in parse_qsl(parts.query)):
        return False  # the query says which page
    told = [step for step in steps if not _EMPTY_STEP.fullmatch(step)]
    shelved = [step for step in told if not _SHELF.fullmatch(step)]
    if shelved and len(shelved) < len(told):
        return all(_YEAR_OR_MONTH.fullmatch(step) for step in shelved)
    return not shelved


@lru_cache(maxsize=8192)
def is_product_page(url: str) -> bool:
    """Tell whether ``url`` presents a product or a model as a whole, as a vendor's page or a model card does."""
    parts = _split(url)
    if parts is None:
        return False
    steps = [step.lower() for step in _steps(parts)]
    if _bare(parts.hostname or "") in _MODEL_HOSTS:
        if steps[:1] in (["models"], ["datasets"]):
            steps = steps[1:]
        return len(steps) == 2 and steps[0] not in ("blog", "papers", "docs")
    if (
        not steps
        or any(_ARTICLE_STEP.fullmatch(step) for step in steps)
        or steps[-1].endswith((".pdf", ".json", ".csv"))
    ):
        return False
    return any(_PRODUCT_STEP.fullmatch(step) for step in steps)


def host_of(url: str) -> str:
    """Return the host of ``url`` without ``www.``, or the empty string."""
    parts = _split(url)
    return _bare(parts.hostname or "") if parts else ""


def owner_of(url: str) -> str:
    """Return who owns the repository or model that ``url`` leads to, in lower case, or the empty string."""
    parts = _split(url)
    if parts is None or _bare(parts.hostname or "") not in (*_CODE_HOSTS, *_MODEL_HOSTS, "raw.githubusercontent.com"):
        return ""
    return next(iter(_steps(parts)), "").lower()


def _is_front_of_repository(steps: list[str]) -> bool:
    if len(steps) <= 2:
        return True
    if len(steps) == 3:
        return steps[2] in _LISTS
    return len(steps) == 4 and steps[2] in ("tree", "blob", "src") and not _COMMIT.fullmatch(steps[3])


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        return parts if parts.hostname is not None or parts.scheme else None
    except ValueError:  # a bracket that opens no IPv6 address
        return None


def _steps(parts: SplitResult) -> list[str]:
    path = parts.path
    if parts.fragment.startswith(("/", "!/")):  # pages that keep their path behind the #
        path += "/" + parts.fragment.lstrip("!")
    return [step for step in path.split("/") if step]


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
