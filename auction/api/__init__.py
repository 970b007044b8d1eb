"""The interface for other programs: `/api/v1`, its OpenAPI file and the page to read and try it."""
