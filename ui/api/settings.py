"""How a server is run."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from fashion_models.errors import PlanError
from fashion_models.pipelines.jobs.open import Place
from fashion_models.ui.api.identity import check_origin

#: Ways to sign in to the page.
SIGN_INS = ("none", "accounts", "proxy")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator chooses.

    Attributes:
        place: Where jobs and pictures are kept.
        host: Address to listen at.
        port: Port to listen at.
        sign_in: 'none' (on loopback alone), 'accounts' (name and password), or 'proxy' (a header that a
            single-sign-on proxy sets).
        public_url: How browsers reach the server, for example 'https://studio.shop.example'; left out: as
            the request says.
        origins: Sites whose scripts may call the API from a browser.
        proxy_networks: Addresses whose headers are believed.
        user_header: Header that carries the user.
        tenant_header: Header that carries the tenant; left out: the user is the tenant.
        workers: Worker processes for shots; none with 0.
        page: Serve the Gradio page.
        renderer: What makes the pictures of the page's catalogue jobs, as in 'fashion-models catalogue'.
    """

    place: Place
    host: str = "127.0.0.1"
    port: int = 7860
    sign_in: str = "none"
    public_url: str | None = None
    origins: tuple[str, ...] = ()
    proxy_networks: tuple[str, ...] = ()
    user_header: str = "X-Forwarded-User"
    tenant_header: str | None = None
    workers: int = 1
    page: bool = True
    renderer: str = "shoot"
    _networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.sign_in not in SIGN_INS:
            raise PlanError(f"sign-in '{self.sign_in}' is unknown;", limit=f"known: {', '.join(SIGN_INS)}.")
        if self.sign_in == "none" and self.host not in _LOOPBACK:
            raise PlanError(
                f"without sign-in {self.host} would be open to everyone;",
                limit="'none' listens at 127.0.0.1 alone.",
                cure="choose --sign-in accounts or --sign-in proxy.",
            )
        if self.sign_in == "proxy" and not self.proxy_networks:
            raise PlanError(
                "anyone could set the proxy's header;", cure="name the proxy: --proxy-network 10.0.0.5/32."
            )
        for origin in self.origins:
            check_origin(origin)
        if self.public_url is not None:
            check_origin(self.public_url)
        try:
            networks = tuple(ipaddress.ip_network(network) for network in self.proxy_networks)
        except ValueError as error:
            raise PlanError(f"{error};", cure="write networks as 10.0.0.0/8.") from error
        object.__setattr__(self, "_networks", networks)

    def from_proxy(self, address: str) -> bool:
        """True when a request comes from the proxy itself."""
        try:
            return any(ipaddress.ip_address(address) in network for network in self._networks)
        except ValueError:
            return False

    @property
    def hosts(self) -> frozenset[str] | None:
        """Host names that requests may name; None: any. Without sign-in this stops DNS rebinding."""
        return frozenset(_LOOPBACK) | {"[::1]"} if self.sign_in == "none" else None
