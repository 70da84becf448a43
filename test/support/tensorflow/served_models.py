"""The models of the stand-in: their configuration, their versions on disk, and the state of each."""

import logging
import os
import signal
import threading
import time

import tensorflow as tf
from tensorflow.core.protobuf import config_pb2
from tensorflow_serving.apis import get_model_status_pb2

tf.get_logger().setLevel(logging.ERROR)

State = get_model_status_pb2.ModelVersionStatus


class Version(object):
    def __init__(self, path):
        self.path = path
        self.state = State.START
        self.error = ""
        self.session = None
        self.meta_graph = None
        self._callables = {}

    def load(self, name, number):
        self.state = State.LOADING
        try:
            if self.asks("dies_on_load"):
                kill_itself()
            time.sleep(float(self.asks("load_delay") or 0))
            with tf.Graph().as_default() as graph:
                session = tf.compat.v1.Session(graph=graph)
                self.meta_graph = tf.compat.v1.saved_model.load(session, ["serve"], self.path)
            self.session = session
            self.state = State.AVAILABLE
            logging.info("Successfully loaded servable version {name: %s version: %d}", name, number)
        except Exception as error:
            self.error = getattr(error, "message", None) or str(error)
            self.state = State.END
            logging.error("Loading servable {name: %s version: %d} failed: %s", name, number, self.error)

    def run(self, fetches, feeds, values):
        """Runs the graph as the real server does, without the checks of TensorFlow's Python side."""
        key = (tuple(fetches), tuple(feeds))
        if key not in self._callables:
            options = config_pb2.CallableOptions(feed=list(feeds), fetch=list(fetches))
            self._callables[key] = self.session._make_callable_from_options(options)
        return self._callables[key](*values)

    def asks(self, what):
        try:
            with open(os.path.join(self.path, "assets.extra", what)) as file:
                return file.read() or "yes"
        except OSError:
            return None

    def unload(self):
        self.state = State.END
        if self.session is not None:
            self.session.close()
        self.session = self.meta_graph = None


class ServedModels(object):
    def __init__(self, poll_seconds):
        self._configs = {}
        self._versions = {}
        self._lock = threading.RLock()
        self._reloading = threading.Lock()
        threading.Thread(target=self._watch, args=(poll_seconds,), daemon=True).start()

    def reload(self, configs):
        """Serves these and nothing else. Returns what kept new ones from being available, when all of them are or are not."""
        with self._reloading:
            with self._lock:
                new = [config.name for config in configs if config.name not in self._configs]
                self._configs = {config.name: config for config in configs}
                for name in new:
                    self._versions.pop(name, None)
            self._look()
            while True:
                with self._lock:
                    versions = [(name, n, v) for name in new for n, v in self._versions.get(name, {}).items()]
                    found = {name for name, _, _ in versions}
                waiting = [v for _, _, v in versions if v.state not in (State.AVAILABLE, State.END)]
                if not waiting and found == set(new):
                    break
                time.sleep(0.005)
        bad = [(name, n, v) for name, n, v in versions if v.state == State.END]
        if not bad:
            return None
        texts = ["{{name: %s version: %d} due to error: %s}" % (name, n, v.error) for name, n, v in bad]
        return "%d model(s) did not become available: {%s}" % (len(bad), ", ".join(texts))

    def versions_of(self, name):
        with self._lock:
            return dict(self._versions.get(name, {}))

    def available(self, spec):
        """The version that a request means, or None."""
        versions = {n: v for n, v in self.versions_of(spec.name).items() if v.state == State.AVAILABLE}
        if spec.HasField("version"):
            return versions.get(spec.version.value)
        return versions[max(versions)] if versions else None

    def _watch(self, poll_seconds):
        while True:
            time.sleep(poll_seconds)
            self._look()

    def _look(self):
        with self._lock:
            for name in [one for one in self._versions if one not in self._configs]:
                for version in self._versions[name].values():
                    version.unload()
            for name, config in self._configs.items():
                self._look_at(name, config)

    def _look_at(self, name, config):
        versions = self._versions.setdefault(name, {})
        wanted = _wanted(config)
        for number in wanted:
            if number in versions and (versions[number].state != State.END or versions[number].error):
                continue
            path = os.path.join(config.base_path, str(number))
            versions[number] = Version(path)
            threading.Thread(target=versions[number].load, args=(name, number), daemon=True).start()
        for number, version in versions.items():
            if number not in wanted and version.state == State.AVAILABLE:
                version.unload()


def kill_itself():
    os.kill(os.getpid(), signal.SIGKILL)


def _wanted(config):
    try:
        found = [int(name) for name in os.listdir(config.base_path) if name.isdigit()]
    except OSError:
        return []
    if config.model_version_policy.HasField("specific"):
        return [number for number in found if number in config.model_version_policy.specific.versions]
    return sorted(found)[-1:]
