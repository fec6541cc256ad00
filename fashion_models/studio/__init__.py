"""The studio: lighting, camera, renderer, denoiser, backdrop and maps."""
