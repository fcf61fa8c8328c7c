; The Windows installer: for one user, without any question of Windows' own, or for everyone on the computer.
;
;   setup.exe                       asks for whom, and asks for an administrator's rights for everyone only
;   setup.exe /S                    silent: what is there is brought up to date, else for this user
;   setup.exe /S /CurrentUser       silent, for this user
;   setup.exe /S /AllUsers          silent, for everyone; must be started as an administrator
;   setup.exe /S /D=C:\Some\Folder  silent, elsewhere (last argument, without quotes)
;   uninstall.exe /S                removes it silently; conversations, settings and keys stay
;
; Exit codes: 0 done, 1 cancelled, 5 rights are missing, 32 the program is running, 2 anything else. With each but 0,
; what was there before is still there.
;
; arvae_packaging/nsis.py runs makensis on this and says what it defines.

Unicode true
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS all
RequestExecutionLevel user
AllowSkipFiles off

!define NAME "Arvae Desktop"
!define COMMAND "arvae-desktop"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\ArvaeDesktop"
!define APP_PATH_KEY "Software\Microsoft\Windows\CurrentVersion\App Paths\${COMMAND}.exe"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
; Where the task manager keeps that an autostart is switched off.
!define RUN_SWITCH_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

; Folders in $INSTDIR.
!define ASIDE "${COMMAND}.older" ; holds the old version until the new one is there
!define GONE "${COMMAND}.gone"   ; then it has this name, and is removed

!define ERROR_OTHER 2
!define ERROR_NO_RIGHTS 5
!define ERROR_RUNNING 32

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include x64.nsh

Name "${NAME}"
OutFile "${OUT}"
BrandingText "${NAME} ${VERSION}"
; No real folder, but what stands in $INSTDIR without /D=. Its last part is put behind what Browse chooses.
!define NO_FOLDER "none\${NAME}"
InstallDir "${NO_FOLDER}"

VIProductVersion "${NUMBERS}"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} Setup"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey CompanyName "The Arvae Desktop authors"
VIAddVersionKey LegalCopyright "MIT licence"

!ifdef SIGN_SHELL
  ; makensis alone has the uninstaller as a file. It goes into the setup as it is after this.
  !uninstfinalize '"${SIGN_SHELL}" -NoProfile -ExecutionPolicy Bypass -File "${SIGN_SCRIPT}" "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${BANNER}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_TEXT "${NAME} has been installed. You find it in the start menu."
!define MUI_FINISHPAGE_RUN "$INSTDIR\${NAME}.exe"
!define MUI_FINISHPAGE_NOAUTOCLOSE

!include "for_whom.nsh"
!include "replacing.nsh"

Page custom WhomPage WhomPageLeave
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE FolderPageLeave
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_PAGE_CUSTOMFUNCTION_SHOW FinishPageShow
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Function .onInit
  SetRegView 64
  !if "${MACHINE}" == "arm64"
    ${IfNot} ${IsNativeARM64}
      !insertmacro Refuse ${ERROR_OTHER} "This setup is for Windows on ARM. Please take the one with x64 in its name."
    ${EndIf}
  !else
    ${IfNot} ${IsNativeAMD64}
    ${AndIfNot} ${IsNativeARM64}
      !insertmacro Refuse ${ERROR_OTHER} "${NAME} needs a 64-bit Windows."
    ${EndIf}
  !endif
  ${IfNot} ${AtLeastWin10}
    !insertmacro Refuse ${ERROR_OTHER} "${NAME} needs Windows 10 or newer."
  ${EndIf}
  Call FindWhom
FunctionEnd

Function un.onInit
  SetRegView 64
  Call un.FindWhom
FunctionEnd

Function FolderPageLeave
  Call CheckFolder
  ${If} $0 != ""
    MessageBox MB_OK|MB_ICONEXCLAMATION "$0"
    Abort
  ${EndIf}
FunctionEnd

; What this setup starts has its rights, and the program is not to have an administrator's.
Function FinishPageShow
  ${If} $IsAdmin == yes
    SendMessage $mui.FinishPage.Run ${BM_SETCHECK} ${BST_UNCHECKED} 0
    ShowWindow $mui.FinishPage.Run ${SW_HIDE}
  ${EndIf}
FunctionEnd

Section "Program"
  Call CheckFolder
  ${If} $0 != ""
    SetErrorLevel ${ERROR_OTHER}
    Abort "$0"
  ${EndIf}
  ${If} $OlderFolder != ""
    StrCpy $Folder $OlderFolder
    Call RefuseIfRunning
  ${EndIf}
  StrCpy $Folder $INSTDIR
  Call RefuseIfRunning
  Call SetAside

  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}\*.*"
  ClearErrors
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ${If} ${Errors}
    SetErrorLevel ${ERROR_OTHER}
    Abort "The uninstaller can't be written."
  ${EndIf}
  Call Settle
  ${If} $OlderFolder != ""
  ${AndIf} $OlderFolder != $INSTDIR
    Call RemoveOlder
  ${EndIf}

  CreateShortCut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${NAME}.exe" "" "$INSTDIR\${NAME}.exe" 0
  Call WriteEntries
SectionEnd

Function WriteEntries
  ; Who has one for himself and one for everyone is to see which is which.
  ${If} $Whom == AllUsers
    WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayName "${NAME} (for everyone)"
  ${Else}
    WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayName "${NAME}"
  ${EndIf}
  WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayVersion "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayIcon "$INSTDIR\${NAME}.exe,0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" Publisher "The Arvae Desktop authors"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" URLInfoAbout "https://arvae.ai"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" InstallLocation "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" UninstallString '"$INSTDIR\uninstall.exe" /$Whom'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /$Whom /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" NoModify 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" NoRepair 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" EstimatedSize "$0"
  ; Lets "arvae-desktop" be typed at Win+R without changing anybody's PATH. The other program would open a console.
  WriteRegStr SHCTX "${APP_PATH_KEY}" "" "$INSTDIR\${NAME}.exe"
FunctionEnd

Function .onInstFailed
  Call Restore
FunctionEnd

Section "Uninstall"
  SetOutPath "$TEMP" ; a folder that one is in can't be removed
  StrCpy $Folder $INSTDIR
  Call un.RefuseIfRunning
  Call un.SetAside
  Call un.Settle
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"

  ; The entries may be those of a later setup into another folder.
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" InstallLocation
  ${If} $0 == $INSTDIR
    Delete "$SMPROGRAMS\${NAME}.lnk"
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
    DeleteRegKey SHCTX "${APP_PATH_KEY}"
  ${EndIf}
  Call un.IsAutostart
  ${If} $0 == yes
    DeleteRegValue HKCU "${RUN_KEY}" "${NAME}"
    DeleteRegValue HKCU "${RUN_SWITCH_KEY}" "${NAME}"
  ${EndIf}
SectionEnd
