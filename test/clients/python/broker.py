"""The first steps of a Kafka broker: its versions, the handshake of SASL, and the first message of OAUTHBEARER (RFC 7628)."""

import socket
import struct
import threading
import time

SASL_HANDSHAKE = 17
API_VERSIONS = 18
UNSUPPORTED_VERSION = 35


class Broker:
    def __init__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._server.getsockname()[1]
        self._token = None
        threading.Thread(target=self._serve, daemon=True).start()

    def token(self, meanwhile):
        """The bearer token of the first client. `meanwhile` lets the client work, for 30 seconds at most."""
        end = time.monotonic() + 30
        while self._token is None:
            assert time.monotonic() < end, "No token within 30 seconds"
            meanwhile()
        return self._token

    def _serve(self):
        connection, _ = self._server.accept()
        while True:
            key, version, correlation = struct.unpack(">hhi", self._read(connection)[:8])
            if key == API_VERSIONS:
                # An answer of version 0 in any case: a newer request gets an error, and comes again.
                problem = 0 if version == 0 else UNSUPPORTED_VERSION
                supported = struct.pack(">ihhhhhh", 2, API_VERSIONS, 0, 0, SASL_HANDSHAKE, 0, 0)
                self._write(connection, struct.pack(">ih", correlation, problem) + supported)
            else:
                break
        assert (key, version) == (SASL_HANDSHAKE, 0), (key, version)
        mechanism = b"OAUTHBEARER"
        self._write(connection, struct.pack(">ihih", correlation, 0, 1, len(mechanism)) + mechanism)
        # n,,^Aauth=Bearer TOKEN^A^A
        [authorization] = [part for part in self._read(connection).split(b"\1") if part.startswith(b"auth=")]
        self._write(connection, b"")
        self._token = authorization.removeprefix(b"auth=Bearer ").decode()

    @staticmethod
    def _read(connection):
        [length] = struct.unpack(">i", connection.recv(4, socket.MSG_WAITALL))
        return connection.recv(length, socket.MSG_WAITALL)

    @staticmethod
    def _write(connection, answer):
        connection.sendall(struct.pack(">i", len(answer)) + answer)
