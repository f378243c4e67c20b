"""The source sansan."""
