"""What tests and benchmarks share: real servers on loopback, and a stand-in for the renderer."""
