"""Talk to vLLM: stream completions and route each request to an adapter."""
