; One version takes another's place, or goes: all of it or nothing. The old one is moved into a folder beside it, which
; Windows refuses while something in it is in use, and moved back where the new one can't be written.

Var Folder ; what RefuseIfRunning and IsAutostart look at
Var Doing  ; moving or writing, while the version in $INSTDIR is not whole

; Why the program can't be installed into $INSTDIR, for people, in $0; empty if it can.
Function CheckFolder
  StrCpy $0 ""
  ReadEnvStr $1 LOCALAPPDATA
  ${If} $Whom == AllUsers
    StrCpy $2 $OwnFolder
  ${Else}
    StrCpy $2 $EveryFolder
  ${EndIf}
  ${If} $INSTDIR == "$1\${COMMAND}"
    StrCpy $0 "Your conversations are kept in that folder. Please choose another."
  ${ElseIf} $2 == $INSTDIR
    StrCpy $0 "${NAME} is in that folder already, for others than you have chosen. Please choose another."
  ${ElseIf} ${FileExists} "$INSTDIR\_internal"
  ${AndIfNot} ${FileExists} "$INSTDIR\${COMMAND}.exe"
  ${AndIfNot} ${FileExists} "$INSTDIR\${ASIDE}"
    ; Many programs made with PyInstaller have a folder of that name.
    StrCpy $0 "Another program is in that folder. Please choose another."
  ${EndIf}
FunctionEnd

; Moves one part of the version in $INSTDIR aside; $0 is failed if it could not be, or an earlier one.
!macro MoveAside PART
  ${If} $0 != failed
  ${AndIf} ${FileExists} "$INSTDIR\${PART}"
    ClearErrors
    Rename "$INSTDIR\${PART}" "$INSTDIR\${ASIDE}\${PART}"
    ${If} ${Errors} ; which takes note of it and forgets it
      StrCpy $0 failed
    ${EndIf}
  ${EndIf}
!macroend

; Moves it back. What has no older one goes if this setup wrote it.
!macro MoveBack PART
  ${If} ${FileExists} "$INSTDIR\${ASIDE}\${PART}"
    RMDir /r "$INSTDIR\${PART}"
    Delete "$INSTDIR\${PART}"
    Rename "$INSTDIR\${ASIDE}\${PART}" "$INSTDIR\${PART}"
  ${ElseIf} $Doing == writing
    RMDir /r "$INSTDIR\${PART}"
    Delete "$INSTDIR\${PART}"
  ${EndIf}
!macroend

!macro Replacing UN

; Ends this setup if one of the programs in $Folder runs (the window's, or the one for terminals, which is the helpers'
; as well) or mustn't be written. Windows lets no file be opened for writing that is being run.
Function ${UN}RefuseIfRunning
  again:
  StrCpy $2 "$Folder\${NAME}.exe"
  Call ${UN}TryToWrite
  ${If} $0 = 0
    StrCpy $2 "$Folder\${COMMAND}.exe"
    Call ${UN}TryToWrite
  ${EndIf}
  ${If} $0 = 0
    Return
  ${EndIf}
  ${If} $0 = ${ERROR_RUNNING}
    StrCpy $1 "${NAME} is running. Please quit it, also in the tray and in terminals, then try again."
  ${Else}
    StrCpy $1 "Windows does not let $2 be replaced (error $0). Are the rights for it missing?"
    StrCpy $0 ${ERROR_NO_RIGHTS}
  ${EndIf}
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$1" /SD IDCANCEL IDRETRY again
  SetErrorLevel $0
  Abort "$1"
FunctionEnd

; In $0 Windows' number for why the file $2 can't be written; 0 if it can, or isn't there.
Function ${UN}TryToWrite
  StrCpy $0 0
  ${If} ${FileExists} "$2"
    System::Call 'kernel32::CreateFile(t r2, i 0x40000000, i 7, p 0, i 3, i 0, p 0) p .r1 ?e'
    Pop $0
    ${If} $1 P<> -1
      System::Call 'kernel32::CloseHandle(p r1)'
      StrCpy $0 0
    ${EndIf}
  ${EndIf}
FunctionEnd

; Moves the version in $INSTDIR aside, or ends this setup with all as it was.
Function ${UN}SetAside
  RMDir /r "$INSTDIR\${GONE}"
  again:
  StrCpy $Doing moving
  ${If} ${FileExists} "$INSTDIR\${ASIDE}"
    Call ${UN}Restore ; an earlier setup was cut off
    StrCpy $Doing moving
  ${EndIf}
  StrCpy $0 ""
  ClearErrors
  CreateDirectory "$INSTDIR\${ASIDE}"
  ${If} ${Errors}
    StrCpy $0 failed
  ${EndIf}
  !insertmacro MoveAside "${NAME}.exe"
  !insertmacro MoveAside "${COMMAND}.exe"
  !insertmacro MoveAside "_internal"
  ${If} $0 != failed
    StrCpy $Doing writing
    Return
  ${EndIf}
  Call ${UN}Restore
  StrCpy $1 "Windows does not let the program in $INSTDIR be replaced. Is a file of it in use, or are the rights for it missing?"
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$1" /SD IDCANCEL IDRETRY again
  SetErrorLevel ${ERROR_NO_RIGHTS}
  Abort "$1"
FunctionEnd

; Puts what was set aside back in the place of what has been written since.
Function ${UN}Restore
  ${If} $Doing != ""
    SetOutPath "$TEMP" ; a folder that one is in can't be removed
    !insertmacro MoveBack "${NAME}.exe"
    !insertmacro MoveBack "${COMMAND}.exe"
    !insertmacro MoveBack "_internal"
    RMDir "$INSTDIR\${ASIDE}"
    RMDir "$INSTDIR"
    StrCpy $Doing ""
  ${EndIf}
FunctionEnd

; The change is done: what was set aside goes.
Function ${UN}Settle
  StrCpy $Doing ""
  Rename "$INSTDIR\${ASIDE}" "$INSTDIR\${GONE}"
  RMDir /r "$INSTDIR\${GONE}"
  RMDir /r "$INSTDIR\${ASIDE}"
FunctionEnd

; In $0 yes if the program in $Folder starts with this user's session.
Function ${UN}IsAutostart
  ReadRegStr $1 HKCU "${RUN_KEY}" "${NAME}"
  StrCpy $0 $1 1
  ${If} $0 == '"'
    StrCpy $1 $1 "" 1
  ${EndIf}
  StrLen $0 "$Folder\"
  StrCpy $1 $1 $0
  StrCpy $0 no
  ${If} $1 == "$Folder\"
    StrCpy $0 yes
  ${EndIf}
FunctionEnd
!macroend
!insertmacro Replacing ""
!insertmacro Replacing "un."

; Removes the version in $OlderFolder after the new one has been put elsewhere.
Function RemoveOlder
  RMDir /r "$OlderFolder\_internal"
  Delete "$OlderFolder\${NAME}.exe"
  Delete "$OlderFolder\${COMMAND}.exe"
  Delete "$OlderFolder\uninstall.exe"
  RMDir "$OlderFolder"
  StrCpy $Folder $OlderFolder
  Call IsAutostart
  ${If} $0 == yes
    WriteRegStr HKCU "${RUN_KEY}" "${NAME}" '"$INSTDIR\${NAME}.exe" --hidden'
  ${EndIf}
FunctionEnd
