"""A server of one file on 127.0.0.1 for the download tests: prints its port, then serves until killed.

    python3 weights_server.py FILE MODE
    MODE: whole (ranges), no-range, cut (the first answer stops half-way), missing (404), hang
"""
import http.server
import pathlib
import sys
import time

DATA = pathlib.Path(sys.argv[1]).read_bytes()
MODE = sys.argv[2]
answers = 0


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        global answers
        answers += 1
        if MODE == "missing":
            self.send_error(404)
            return
        if MODE == "hang":
            time.sleep(60)
            return
        start, wanted = 0, self.headers.get("Range")
        if wanted and MODE != "no-range":
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(DATA):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(DATA) - start))
        self.end_headers()
        body = DATA[start:]
        if MODE == "cut" and answers == 1:
            body = body[: len(body) // 2]
        self.wfile.write(body)
        self.wfile.flush()
        self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
