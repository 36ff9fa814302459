& node (Join-Path $PSScriptRoot "test-server.mjs") @args
exit $LASTEXITCODE
