"""What crosses a wire: messages, Arrow schemas, job kinds, queue names."""
