; For whom: this user alone, which needs no rights, or everyone, which needs an administrator's. MultiUser.nsh can't do
; it: it offers the choice only where Windows has asked for those rights at the start.

Var Whom        ; CurrentUser or AllUsers, as on the command line
Var WhomIsTold  ; yes if the command line says so
Var IsAdmin     ; yes if this process has an administrator's rights
Var GivenFolder ; what /D= names
Var OlderFolder ; where it is installed for $Whom
Var OwnFolder   ; where it is installed for this user
Var EveryFolder ; where it is installed for everyone
Var ForEveryone ; the button of that name on the page

!define FOLDERID_USER_PROGRAMS "{5CD7AEE2-2219-4A67-B85D-6C9CE15660CB}"

!macro Refuse CODE TEXT
  MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

!macro FindRights
  StrCpy $IsAdmin no
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 == "Admin"
    StrCpy $IsAdmin yes
  ${EndIf}
!macroend

; Reads where it is installed, into VARIABLE: empty if it is no longer there, not even as a cut-off setup has left it.
!macro ReadFolder ROOT VARIABLE
  ReadRegStr ${VARIABLE} ${ROOT} "${UNINSTALL_KEY}" InstallLocation
  ${IfNot} ${FileExists} "${VARIABLE}\${COMMAND}.exe"
  ${AndIfNot} ${FileExists} "${VARIABLE}\${ASIDE}"
    StrCpy ${VARIABLE} ""
  ${EndIf}
!macroend

Function FindWhom
  ${If} $INSTDIR != "${NO_FOLDER}"
    StrCpy $GivenFolder $INSTDIR
  ${EndIf}
  !insertmacro FindRights
  !insertmacro ReadFolder HKCU $OwnFolder
  !insertmacro ReadFolder HKLM $EveryFolder

  StrCpy $Whom CurrentUser
  ${If} $OwnFolder == ""
  ${AndIf} $EveryFolder != ""
    StrCpy $Whom AllUsers ; what is there is brought up to date, and no second one put beside it unasked
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/CurrentUser" $1
  ${IfNot} ${Errors}
    StrCpy $Whom CurrentUser
    StrCpy $WhomIsTold yes
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/AllUsers" $1
  ${IfNot} ${Errors}
    StrCpy $Whom AllUsers
    StrCpy $WhomIsTold yes
  ${EndIf}

  ${If} $Whom == AllUsers
  ${AndIf} $IsAdmin != yes
    ${If} ${Silent}
      SetErrorLevel ${ERROR_NO_RIGHTS}
      Quit
    ${ElseIf} $WhomIsTold == yes
      Call StartAsAdministrator
      SetErrorLevel ${ERROR_NO_RIGHTS}
      Quit
    ${EndIf}
  ${EndIf}
  Call SetFolder
FunctionEnd

; Start this setup anew with an administrator's rights, which Windows asks for, and end. Returns where it refused.
Function StartAsAdministrator
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/Again" $1
  ${IfNot} ${Errors} ; they would be missing the next time, too
    !insertmacro Refuse ${ERROR_NO_RIGHTS} "To install ${NAME} for everyone takes an administrator's rights."
  ${EndIf}
  StrCpy $0 "/AllUsers /Again"
  ${If} $GivenFolder != ""
    StrCpy $0 "$0 /D=$GivenFolder"
  ${EndIf}
  ClearErrors
  ExecShell "runas" "$EXEPATH" "$0"
  ${IfNot} ${Errors}
    SetErrorLevel 0
    Quit
  ${EndIf}
FunctionEnd

Function SetFolder
  ${If} $Whom == AllUsers
    SetShellVarContext all
    StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
    StrCpy $OlderFolder $EveryFolder
  ${Else}
    SetShellVarContext current
    GetKnownFolderPath $INSTDIR ${FOLDERID_USER_PROGRAMS}
    ${If} $INSTDIR == ""
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs"
    ${EndIf}
    StrCpy $INSTDIR "$INSTDIR\${NAME}"
    StrCpy $OlderFolder $OwnFolder
  ${EndIf}
  ${If} $OlderFolder != ""
    StrCpy $INSTDIR $OlderFolder
  ${EndIf}
  ${If} $GivenFolder != ""
    StrCpy $INSTDIR $GivenFolder
  ${EndIf}
FunctionEnd

Function WhomPage
  ${If} $WhomIsTold == yes
    Abort
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "For whom?" "${NAME} can be for you alone or for everyone on this computer."
  nsDialogs::Create 1018
  Pop $0
  ReadEnvStr $1 USERNAME
  ${NSD_CreateFirstRadioButton} 8u 8u -16u 12u "Only for &me ($1)"
  Pop $2
  ${NSD_OnClick} $2 WhomPageClick
  ${NSD_CreateLabel} 20u 21u -28u 20u "Takes no administrator's rights."
  Pop $0
  ${NSD_CreateAdditionalRadioButton} 8u 44u -16u 12u "For &everyone on this computer"
  Pop $ForEveryone
  ${NSD_OnClick} $ForEveryone WhomPageClick
  StrCpy $0 "Windows asks for an administrator's consent."
  ${If} $IsAdmin == yes
    StrCpy $0 "This setup has an administrator's rights already."
  ${EndIf}
  ${NSD_CreateLabel} 20u 57u -28u 20u "$0"
  Pop $0

  StrCpy $0 ""
  ${If} $OwnFolder != ""
    StrCpy $0 "You have ${NAME} for yourself. If you choose everyone, it stays as it is until you remove it."
  ${ElseIf} $EveryFolder != ""
    StrCpy $0 "${NAME} is installed for everyone. If you choose yourself, there will be two of it, each on its own."
  ${EndIf}
  ${NSD_CreateLabel} 8u 88u -16u 28u "$0"
  Pop $0

  ${If} $Whom == AllUsers
    StrCpy $2 $ForEveryone
  ${EndIf}
  ${NSD_Check} $2
  Call ShowShield
  ${NSD_SetFocus} $2
  nsDialogs::Show
FunctionEnd

Function WhomPageClick
  Pop $0
  Call ShowShield
FunctionEnd

; The shield on Next says that Windows will ask.
Function ShowShield
  StrCpy $0 0
  ${If} $IsAdmin != yes
    ${NSD_GetState} $ForEveryone $0
  ${EndIf}
  GetDlgItem $1 $HWNDPARENT 1
  SendMessage $1 ${BCM_SETSHIELD} 0 $0
FunctionEnd

Function WhomPageLeave
  StrCpy $Whom CurrentUser
  ${NSD_GetState} $ForEveryone $0
  ${If} $0 = ${BST_CHECKED}
    StrCpy $Whom AllUsers
    ${If} $IsAdmin != yes
      Call StartAsAdministrator
      MessageBox MB_OK|MB_ICONEXCLAMATION "Windows gave no administrator's rights. Without them ${NAME} can be \
        installed for you alone."
      Abort
    ${EndIf}
  ${EndIf}
  GetDlgItem $1 $HWNDPARENT 1
  SendMessage $1 ${BCM_SETSHIELD} 0 0
  Call SetFolder
FunctionEnd

; Whose this uninstaller is the registry tells, by the folder; an uninstaller of everyone's gets itself the rights.
Function un.FindWhom
  !insertmacro FindRights
  StrCpy $Whom CurrentUser
  ReadRegStr $0 HKLM "${UNINSTALL_KEY}" InstallLocation
  ${If} $0 == $INSTDIR
    StrCpy $Whom AllUsers
    SetShellVarContext all
    ${If} $IsAdmin != yes
      Call un.StartAsAdministrator
    ${EndIf}
  ${EndIf}
FunctionEnd

Function un.StartAsAdministrator
  ${If} ${Silent}
    SetErrorLevel ${ERROR_NO_RIGHTS}
    Quit
  ${EndIf}
  ${un.GetParameters} $0
  ClearErrors
  ${un.GetOptions} $0 "/Again" $1
  ${If} ${Errors}
    ; Not the copy that runs, which lies where everybody may write.
    ClearErrors
    ExecShell "runas" "$INSTDIR\uninstall.exe" "/AllUsers /Again"
    ${IfNot} ${Errors}
      SetErrorLevel 0
      Quit
    ${EndIf}
  ${EndIf}
  !insertmacro Refuse ${ERROR_NO_RIGHTS} "${NAME} is installed for everyone. To remove it takes an administrator's rights."
FunctionEnd
