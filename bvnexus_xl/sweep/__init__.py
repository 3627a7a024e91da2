"""Many studies that differ in a few inputs: scenarios and the tornado, on this machine or on a Dask cluster."""
