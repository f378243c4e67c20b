"""Signing in: OAuth client credentials, JWT bearer, refresh token, password, and SOAP login.

Belongs here: checking credentials and handing out sessions. Must not: touch records.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import Call, json_answer, route
from sandbox.salesforce.org import ORGANIZATION_ID, Org

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class SignInRefused(Exception):
    """The credentials are wrong."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class SignIn:
    """The sign-in pages of one org at one address."""

    def __init__(
        self, org: Org, base_url: Callable[[], str], jwt_key: Callable[[], RSAPublicKey]
    ) -> None:
        self._org = org
        self._base_url = base_url
        self._jwt_key = jwt_key

    def routes(self) -> list[Route]:
        """Return the routes of token endpoint, SOAP login and user info."""
        return [
            route("/services/oauth2/token", ["POST"], self.token),
            route("/services/oauth2/revoke", ["GET", "POST"], self.revoke),
            route("/services/oauth2/userinfo", ["GET"], self.user_info),
            route("/id/{organization}/{user}", ["GET"], self.user_info),
            route("/services/Soap/u/{version}", ["POST"], self.soap_login),
            route("/services/Soap/c/{version}", ["POST"], self.soap_login),
        ]

    def token(self, call: Call) -> Response:
        """Answer the OAuth token endpoint."""
        form = {**call.query, **dict(parse_qsl(call.body.decode("utf-8", "replace")))}
        form.update(_basic(call.headers.get("authorization", "")))
        try:
            self._check(form)
        except SignInRefused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            return json_answer(body, 401 if refused.error == "invalid_client_id" else 400)
        base, user = self._base_url(), self._org.integration_user_id
        return json_answer(
            {
                "access_token": self._org.sessions.open(),
                "instance_url": base,
                "id": f"{base}/id/{ORGANIZATION_ID}/{user}",
                "token_type": "Bearer",
                "scope": "api refresh_token",
                "issued_at": str(int(self._org.clock.now().timestamp() * 1000)),
            }
        )

    def _check(self, form: dict[str, str]) -> None:
        known = self._org.credentials
        grant = form.get("grant_type", "")
        if grant == JWT_GRANT:
            self._check_assertion(form.get("assertion", ""))
            return
        if grant not in {"client_credentials", "refresh_token", "password"}:
            raise SignInRefused("unsupported_grant_type", "grant type not supported")
        if form.get("client_id") != known.salesforce_consumer_key:
            raise SignInRefused("invalid_client_id", "client identifier invalid")
        if form.get("client_secret") != known.salesforce_consumer_secret:
            raise SignInRefused("invalid_client", "invalid client credentials")
        if grant == "refresh_token" and form.get("refresh_token") != known.salesforce_refresh_token:
            raise SignInRefused("invalid_grant", "expired access/refresh token")
        if grant == "password" and not self._is_password(
            form.get("username", ""), form.get("password", "")
        ):
            raise SignInRefused("invalid_grant", "authentication failure")

    def _is_password(self, username: str, password: str) -> bool:
        known = self._org.credentials
        accepted = {
            known.salesforce_password,
            known.salesforce_password + known.salesforce_security_token,
        }
        return username == known.salesforce_username and password in accepted

    def _check_assertion(self, assertion: str) -> None:
        known = self._org.credentials
        try:
            # expiry is real time: the client signs with its own clock, not the sandbox's
            claims = jwt.decode(
                assertion, self._jwt_key(), algorithms=["RS256"], options={"verify_aud": False}
            )
        except jwt.InvalidTokenError as error:
            raise SignInRefused("invalid_grant", f"invalid assertion: {error}") from error
        if claims.get("iss") != known.salesforce_consumer_key:
            raise SignInRefused("invalid_client_id", "client identifier invalid")
        if claims.get("sub") != known.salesforce_username:
            raise SignInRefused("invalid_grant", "user hasn't approved this consumer")

    def revoke(self, call: Call) -> Response:
        """End a session."""
        form = {**call.query, **dict(parse_qsl(call.body.decode("utf-8", "replace")))}
        self._org.sessions.revoke(form.get("token", ""))
        return json_answer({})

    def user_info(self, call: Call) -> Response:
        """Tell who is signed in."""
        if not self._org.sessions.is_valid(call.bearer()):
            return Response("Missing_OAuth_Token", 403, media_type="text/plain")
        user = self._org.integration_user_id
        name = (self._org.fetch("User", user) or {}).get("Name")
        username = self._org.credentials.salesforce_username
        return json_answer(
            {
                "sub": f"{self._base_url()}/id/{ORGANIZATION_ID}/{user}",
                "user_id": user,
                "organization_id": ORGANIZATION_ID,
                "preferred_username": username,
                "username": username,
                "name": name,
            }
        )

    def soap_login(self, call: Call) -> Response:
        """Answer the SOAP login call with a session id and the server's address."""
        username, password = _soap_credentials(call.body)
        known = self._org.credentials
        expected = known.salesforce_password + known.salesforce_security_token
        if username != known.salesforce_username or password != expected:
            return Response(_SOAP_FAULT, 500, media_type="text/xml")
        server = f"{self._base_url()}/services/Soap/u/{call.params['version']}/{ORGANIZATION_ID}"
        body = _SOAP_RESULT.format(
            server=escape(server),
            session=escape(self._org.sessions.open()),
            user=self._org.integration_user_id,
        )
        return Response(body, 200, media_type="text/xml")


def _basic(header: str) -> dict[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        key, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": key, "client_secret": secret}


def _soap_credentials(body: bytes) -> tuple[str, str]:
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return "", ""
    texts = {node.tag.rpartition("}")[2]: node.text or "" for node in tree.iter()}
    return texts.get("username", ""), texts.get("password", "")


_SOAP_FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:sf="urn:fault.partner.soap.sforce.com">'
    "<soapenv:Body><soapenv:Fault><faultcode>INVALID_LOGIN</faultcode>"
    "<faultstring>INVALID_LOGIN: Invalid username, password, security token; or user locked "
    "out.</faultstring><detail><sf:LoginFault>"
    "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>"
    "<sf:exceptionMessage>Invalid username, password, security token; or user locked out."
    "</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault></soapenv:Body>"
    "</soapenv:Envelope>"
)
_SOAP_RESULT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:partner.soap.sforce.com"><soapenv:Body><loginResponse><result>'
    "<passwordExpired>false</passwordExpired><sandbox>true</sandbox>"
    "<serverUrl>{server}</serverUrl><sessionId>{session}</sessionId><userId>{user}</userId>"
    "</result></loginResponse></soapenv:Body></soapenv:Envelope>"
)
