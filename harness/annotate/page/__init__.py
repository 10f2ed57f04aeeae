"""What the local pages share: files, how they are served, who may ask."""
