"""Chromium without a window, asked by the protocol of ChromeDriver."""

import base64
import contextlib
import json
import shutil
import subprocess
import unicodedata
import urllib.request

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",  # a mouse
]
MISSING = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
SECONDS = 300  # a machine may be busy


def squeezed(text):
    """A text without spaces, of which paper has others than a screen, and with two letters for an ﬁ."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Browser:
    """One window.

    Args:
        folder: an empty one for its profile.
    """

    def __init__(self, folder):
        command = ["chromedriver", "--port=0"]
        self.driver = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = (
            next(line for line in self.driver.stdout if "started successfully on port" in line).split()[-1].strip(".")
        )
        self.address = f"http://127.0.0.1:{port}/session"
        self.size = {}
        options = {"args": [*FLAGS, f"--user-data-dir={folder}"], "binary": shutil.which("chromium")}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        wanted["timeouts"] = {"script": 1000 * SECONDS, "pageLoad": 1000 * SECONDS}
        started = self._ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self.address += f"/{started['sessionId']}"

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode("utf-8")
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.load(answer)["value"]

    def close(self):
        with contextlib.suppress(OSError):  # somebody has ended it
            self._ask("DELETE", "")
        self.driver.terminate()
        self.driver.wait(SECONDS)
        self.driver.stdout.close()

    def open(self, address, width=1280, scheme="light", scripts=True):
        """Show a page, in a window of this width."""
        self._command("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.show(width, scheme)
        self._log("browser"), self._log("performance")
        self._ask("POST", "/url", {"url": address})

    def show(self, width, scheme="light", media="screen"):
        """Show the page that is open in another width, in light or dark, or as on paper."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._command("Emulation.setEmulatedMedia", media=media, features=features)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        if size != self.size:  # which takes a third of a second, also where nothing changes
            self._command("Emulation.setDeviceMetricsOverride", **size)
            self.size = size

    def begin_with(self, script):
        """Run a script in each page that is opened from now on, before its own."""
        self._command("Page.enable")
        self._command("Page.addScriptToEvaluateOnNewDocument", source=script)

    def _command(self, name, **parameters):
        return self._ask("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def run(self, script, *arguments):
        """The result of a script, which is the body of a function."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def wait_for(self, script, *arguments):
        """The value of the promise that a script returns, which is the body of a function."""
        script = f"""
            const done = arguments[arguments.length - 1];
            const promise = (async () => {{ {script} }})();
            promise.then((value) => done([value, null]), (error) => done([null, error.stack]));
        """
        value, error = self._ask("POST", "/execute/async", {"script": script, "args": arguments})
        assert not error, error
        return value

    def _log(self, kind):
        return self._ask("POST", "/se/log", {"type": kind})

    def said(self):
        """The messages in the console since the page was opened."""
        return [entry["message"] for entry in self._log("browser")]

    def requests(self):
        """The addresses that were asked for since the page was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [event["request"]["url"] for event in sent]

    def printed(self):
        """The texts of the pages of paper (A4) that the page which is open becomes, without their spaces."""
        self._command("Emulation.setEmulatedMedia", media="", features=[])  # else it would print what a screen shows
        pdf = base64.b64decode(self._ask("POST", "/print", {"page": {"width": 21.0, "height": 29.7}}))
        text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode(
            "utf-8"
        )
        return [squeezed(page) for page in text.split("\f")[:-1]]

    def type(self, css, text):
        """Type a text into an element in place of what is there."""
        found = self._ask("POST", "/element", {"using": "css selector", "value": css})
        element = next(iter(found.values()))
        self._ask("POST", f"/element/{element}/clear", {})
        self._ask("POST", f"/element/{element}/value", {"text": text})

    def press(self, key):
        """Press a key where the focus is."""
        keys = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self._ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": keys}]})
