; The Windows installer: for one user without an administrator's rights, or for all users with them.
;
;   setup.exe                       asks for whom
;   setup.exe /S /CurrentUser       silent, for this user
;   setup.exe /S /AllUsers          silent, for all users (as an administrator)
;   setup.exe /S /D=C:\Some\Folder  silent, elsewhere (last argument, without quotes)
;   uninstall.exe /S                removes it silently; conversations, settings and keys stay
;
; makensis -DVERSION=1.2.3 -DNUMBERS=1.2.3.0 -DPAYLOAD=folder -DICON=file.ico -DLICENCE=file -DOUT=setup.exe

Unicode true
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS all

!define NAME "Arvae Desktop"
!define COMMAND "arvae-desktop"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\ArvaeDesktop"
!define APP_PATH_KEY "Software\Microsoft\Windows\CurrentVersion\App Paths\arvae-desktop.exe"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallLocation"

!include MultiUser.nsh
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include x64.nsh

Name "${NAME}"
OutFile "${OUT}"
BrandingText "${NAME} ${VERSION}"

VIProductVersion "${NUMBERS}"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} Setup"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey CompanyName "The Arvae Desktop authors"
VIAddVersionKey LegalCopyright "MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${NAME}.exe"
!define MUI_FINISHPAGE_NOAUTOCLOSE

!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A running program holds its files: say so instead of leaving half of a version. A file that can be opened for
; appending is not being run.
!macro RefuseIfRunning UN
Function ${UN}RefuseIfRunning
  again:
  IfFileExists "$INSTDIR\${NAME}.exe" 0 done
  ClearErrors
  FileOpen $0 "$INSTDIR\${NAME}.exe" a
  IfErrors 0 free
  IfSilent 0 ask
  SetErrorLevel 5
  Abort "${NAME} is running."
  ask:
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME} is running. Please quit it, then try again." IDRETRY again
  Abort
  free:
  FileClose $0
  done:
FunctionEnd
!macroend
!insertmacro RefuseIfRunning ""
!insertmacro RefuseIfRunning "un."

Function .onInit
  ${IfNot} ${RunningX64}
  ${AndIfNot} ${IsNativeARM64}
    MessageBox MB_ICONSTOP "${NAME} needs a 64-bit Windows." /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
  SetRegView 64
  !insertmacro MULTIUSER_INIT
FunctionEnd

Function un.onInit
  SetRegView 64
  !insertmacro MULTIUSER_UNINIT
FunctionEnd

; Only what an installer of ours put there is removed: the program's own folder and its two starters.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${NAME}.exe"
  Delete "$INSTDIR\${COMMAND}.exe"
!macroend

Section "Program"
  Call RefuseIfRunning
  !insertmacro RemoveProgram  ; an older version may have files that this one has not
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortCut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${NAME}.exe" "" "$INSTDIR\${NAME}.exe" 0

  WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayName "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayVersion "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayIcon "$INSTDIR\${NAME}.exe,0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" Publisher "The Arvae Desktop authors"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" URLInfoAbout "https://arvae.ai"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" InstallLocation "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" UninstallString '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" NoModify 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" NoRepair 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" EstimatedSize "$0"
  ; Lets "arvae-desktop" be typed at Win+R without changing anybody's PATH.
  WriteRegStr SHCTX "${APP_PATH_KEY}" "" "$INSTDIR\${COMMAND}.exe"
SectionEnd

Section "Uninstall"
  Call un.RefuseIfRunning
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
  DeleteRegKey SHCTX "${APP_PATH_KEY}"
  ; Written by the program where the user asked it to start at login.
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "Arvae Desktop"
SectionEnd
