"""What the ends of the bridge may ask each other, and the constants that they share."""

PROTOCOL_VERSION = 1

INITIALIZE = "initialize"
PREDICT = "predict"
SHUTDOWN = "shutdown"
CANCEL_REQUEST = "$/cancelRequest"

LOG = "log"
METRIC = "metric"
ONNX_DESCRIBE = "onnx/describe"
ONNX_PREDICT = "onnx/predict"
ONNX_ENDED = "onnx/ended"
ONNX_LIST = "onnx/list"
TENSORFLOW_DESCRIBE = "tensorflow/describe"
TENSORFLOW_PREDICT = "tensorflow/predict"
TENSORFLOW_LIST = "tensorflow/list"

# What stands before the process's token in a mark, and the length of that token, in characters.
MARK_PREFIX = "\x1epons:"
MARK_TOKEN_LENGTH = 9

# The exit code of a host whose fds user code has closed.
EXIT_FDS_CLOSED = 78
