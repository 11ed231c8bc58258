"""A real mail server for the tests (Debian: python3-aiosmtpd). It says its port, and ends when its standard input does.

    server.py FOLDER [--tls CERTIFICATE KEY] [--password PASSWORD]

Each message that it accepts becomes FOLDER/N.eml, and FOLDER/N.json tells how it came.
"""

import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, options = sys.argv[1], sys.argv[2:]


class Handler:
    received = 0

    async def handle_RCPT(self, server, session, envelope, address, parameters):
        if address.startswith("plein"):
            return "452 4.2.2 Boite pleine"
        if address.startswith("inconnu"):
            return f"550 5.1.1 <{address}> inconnu ici"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("lent"):
            open(f"{folder}/commence", "w").close()
            await asyncio.sleep(1.5)
        if envelope.rcpt_tos[0].startswith("muet"):
            await asyncio.sleep(60)
        Handler.received += 1
        with open(f"{folder}/{Handler.received}.eml", "wb") as file:
            file.write(envelope.content)
        how = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None,
            "authenticated": bool(session.authenticated),
            "hello": session.host_name,
        }
        with open(f"{folder}/{Handler.received}.json", "w") as file:
            json.dump(how, file)
        return "250 2.0.0 OK"


def option(name, count):
    if name not in options:
        return None
    place = options.index(name)
    return options[place + 1 : place + 1 + count]


def authenticate(server, session, envelope, mechanism, data):
    expected = option("--password", 1)[0].encode()
    # Not handled: the server answers by itself.
    return AuthResult(success=data.login == b"maillage" and data.password == expected, handled=False)


def protocol():
    context = None
    if files := option("--tls", 2):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    with_password = option("--password", 1) is not None
    return SMTP(
        Handler(),
        hostname="localhost",
        tls_context=context,
        require_starttls=context is not None,
        authenticator=authenticate if with_password else None,
        auth_required=with_password,
        auth_require_tls=False,
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
