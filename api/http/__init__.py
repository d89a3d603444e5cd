"""HTTP: routers under `/api/v1`, request and response shapes, problem documents."""
