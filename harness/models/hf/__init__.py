"""What the models that stand on pretrained transformers share; torch is imported inside functions alone."""
