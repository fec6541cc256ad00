"""The person: body from measurements, face, skin, hair and base clothing."""
