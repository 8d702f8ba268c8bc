import os

# The project supports Node 20, which jsii announces as end-of-life on every start; it works.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
