"""bvNexus XL: plan behind-the-meter power for AI datacenters, from inside Excel."""

__version__ = "0.1.0"
