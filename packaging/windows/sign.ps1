# Signs programs with the certificate in the environment: CERTIFICATE (PFX in Base64) and PASSWORD. makensis runs it for
# the uninstaller.
param([Parameter(Mandatory, ValueFromRemainingArguments)][string[]]$Files)
$ErrorActionPreference = "Stop"

$pfx = Join-Path ([IO.Path]::GetTempPath()) "$([guid]::NewGuid()).pfx"
try {
    [IO.File]::WriteAllBytes($pfx, [Convert]::FromBase64String($env:CERTIFICATE))
    $tool = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" |
        Sort-Object FullName | Select-Object -Last 1
    if (-not $tool) { throw "signtool is not installed (Windows SDK)" }
    foreach ($file in $Files) {
        & $tool.FullName sign /f $pfx /p $env:PASSWORD /fd SHA256 /tr http://timestamp.digicert.com /td SHA256 $file
        if ($LASTEXITCODE) { throw "signtool failed for $file" }
        & $tool.FullName verify /pa $file
        if ($LASTEXITCODE) { throw "the signature of $file does not hold" }
    }
} finally {
    Remove-Item -Force -ErrorAction SilentlyContinue $pfx
}
