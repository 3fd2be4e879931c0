"""Where images come from behind the firewall."""


def mirrored(image):
    return f"registry.staging.example/{image.removeprefix('ghcr.io/')}"
