"""The services of the stand-in, with the statuses and words of the real ones."""

import grpc
import tensorflow as tf
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_management_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from served_models import kill_itself
from tensors import fill, read

CODES = {code.value[0]: code for code in grpc.StatusCode}


class PredictionService(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, models, as_content):
        self._models = models
        self._as_content = as_content

    def Predict(self, request, context):
        version = self._version(request.model_spec, context)
        if version.asks("dies_on_predict"):
            kill_itself()
        key = request.model_spec.signature_name or "serving_default"
        signature = version.meta_graph.signature_def.get(key)
        if signature is None:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, 'Serving signature key "%s" not found.' % key)
        feed = self._feed(signature, request, context)
        outputs = {alias: info.name for alias, info in signature.outputs.items()}
        try:
            fetched = version.run(outputs.values(), feed.keys(), feed.values())
        except tf.errors.OpError as error:
            context.abort(CODES[error.error_code], error.message)
        response = predict_pb2.PredictResponse()
        for alias, value in zip(outputs, fetched):
            fill(response.outputs[alias], value, signature.outputs[alias].dtype, self._as_content)
        return response

    def GetModelMetadata(self, request, context):
        version = self._version(request.model_spec, context)
        if version.asks("hides_metadata"):
            context.abort(grpc.StatusCode.UNAVAILABLE, "metadata is hidden")
        response = get_model_metadata_pb2.GetModelMetadataResponse()
        signatures = get_model_metadata_pb2.SignatureDefMap()
        for key, signature in version.meta_graph.signature_def.items():
            signatures.signature_def[key].CopyFrom(signature)
        response.metadata["signature_def"].Pack(signatures)
        return response

    def _version(self, spec, context):
        version = self._models.available(spec)
        if version is None:
            which = "Specific(%s, %d)" % (spec.name, spec.version.value)
            context.abort(grpc.StatusCode.NOT_FOUND, "Servable not found for request: " + which)
        return version

    @staticmethod
    def _feed(signature, request, context):
        given, declared = set(request.inputs), set(signature.inputs)
        if given != declared:
            words = (len(given), len(declared), ",".join(sorted(given - declared)), ",".join(sorted(declared - given)))
            text = "input size does not match signature: %d!=%d. Sent extra: {%s}. Missing but required: {%s}." % words
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, text)
        for alias, tensor in request.inputs.items():
            expected = signature.inputs[alias].dtype
            if tensor.dtype != expected:
                names = tf.dtypes.as_dtype(expected).name, tf.dtypes.as_dtype(tensor.dtype).name
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Expects arg[0] to be %s but %s is provided" % names)
        try:
            return {signature.inputs[alias].name: read(tensor) for alias, tensor in request.inputs.items()}
        except (TypeError, ValueError) as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))


class ModelService(model_service_pb2_grpc.ModelServiceServicer):
    def __init__(self, models):
        self._models = models

    def GetModelStatus(self, request, context):
        spec = request.model_spec
        versions = self._models.versions_of(spec.name)
        if spec.HasField("version"):
            versions = {n: v for n, v in versions.items() if n == spec.version.value}
        if not versions:
            context.abort(grpc.StatusCode.NOT_FOUND, "Could not find any versions of model " + spec.name)
        response = get_model_status_pb2.GetModelStatusResponse()
        for number, version in sorted(versions.items()):
            status = response.model_version_status.add(version=number, state=version.state)
            status.status.error_message = version.error
        return response

    def HandleReloadConfigRequest(self, request, context):
        error = self._models.reload(request.config.model_config_list.config)
        if error is not None:
            context.abort(grpc.StatusCode.UNKNOWN, error)
        return model_management_pb2.ReloadConfigResponse()
