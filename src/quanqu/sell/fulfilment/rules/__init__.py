"""What fulfilment decides: values in, values out."""
