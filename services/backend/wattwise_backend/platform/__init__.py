"""What every app of the backend stands on: access, errors, Arrow streams, binary COPY. Knows no app's models but accounts'."""
