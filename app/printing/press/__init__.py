"""Setting type: fonts, fitting, designs, sheets. No database, no persons: text and boxes in, PDF out."""
