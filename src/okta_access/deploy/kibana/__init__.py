"""Detection rules of a Kibana space, through the Detections API."""
