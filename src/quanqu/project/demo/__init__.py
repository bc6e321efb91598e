"""The bundled demo group: a real web shop and, simulated around it, a store, an app and mails."""
