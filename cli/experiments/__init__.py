"""`tsloss experiment`: runs a preset from its data to the written results."""
