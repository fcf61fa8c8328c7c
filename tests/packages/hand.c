/* What the tests of the Windows setup need on that side, in one program:

     hand.exe run COMMAND          runs one command line as it stands, and ends as it does
     hand.exe limited COMMAND      the same without an administrator's rights
     hand.exe texts                the words in the setup's window, a line each, "[x] " before what is chosen
     hand.exe press WORDS          presses the button with these words
     (under any other name)        the program to be installed: notes that it was started and with which rights,
                                   then holds its file until C:\stop is there
*/
#include <stdio.h>
#include <string.h>
#include <windows.h>

static const char *wanted;
static BOOL pressed;

static BOOL is_admin(void) {
    BYTE sid[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof sid;
    BOOL is = FALSE;
    CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &size);
    CheckTokenMembership(NULL, sid, &is);
    return is;
}

static HANDLE without_admin(void) {
    BYTE sid[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof sid;
    SID_AND_ATTRIBUTES admins = {sid, 0};
    HANDLE own = NULL, less = NULL;
    CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &size);
    OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own);
    CreateRestrictedToken(own, 0, 1, &admins, 0, NULL, 0, NULL, &less);
    return less;
}

static int run(char *command, HANDLE token) {
    DWORD code = 99;
    STARTUPINFOA start = {sizeof start};
    PROCESS_INFORMATION process;
    BOOL done = token ? CreateProcessAsUserA(token, NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)
                      : CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process);
    if (!done) return 98;
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    return code;
}

static void words_of(HWND window, char *words, int size) {
    char *from = words, *to = words;
    SendMessageTimeoutA(window, WM_GETTEXT, size, (LPARAM)words, SMTO_ABORTIFHUNG, 2000, NULL);
    for (; *from; from++)
        if (*from != '&') *to++ = *from == '\r' || *from == '\n' ? ' ' : *from;
    *to = 0;
}

static BOOL CALLBACK control(HWND window, LPARAM unused) {
    char words[8000] = "";
    if (!IsWindowVisible(window)) return TRUE;
    words_of(window, words, sizeof words);
    if (!wanted && *words)
        printf("%s%.200s\n", SendMessageA(window, BM_GETCHECK, 0, 0) == BST_CHECKED ? "[x] " : "", words);
    if (wanted && !pressed && strcmp(words, wanted) == 0 && IsWindowEnabled(window))
        pressed = PostMessageA(window, BM_CLICK, 0, 0);
    return TRUE;
}

static BOOL CALLBACK top(HWND window, LPARAM unused) {
    char title[200] = "", class[50] = "";
    GetWindowTextA(window, title, sizeof title);
    GetClassNameA(window, class, sizeof class);
    if (IsWindowVisible(window) && IsWindowEnabled(window) && !strcmp(class, "#32770") && strstr(title, "Arvae Desktop"))
        EnumChildWindows(window, control, 0);
    return TRUE;
}

static void note(const char *name, const char *what) {
    FILE *notes = fopen("C:\\notes.txt", "a");
    fprintf(notes, "%s %s\n", name, what);
    fclose(notes);
}

static int stay(const char *name) {
    note(name, is_admin() ? "as administrator" : "as user");
    while (GetFileAttributesA("C:\\stop") == INVALID_FILE_ATTRIBUTES) Sleep(50);
    note(name, "ended");
    return 0;
}

int main(int count, char **given) {
    char path[MAX_PATH];
    GetModuleFileNameA(NULL, path, sizeof path);
    if (strcmp(strrchr(path, '\\') + 1, "hand.exe") != 0) return stay(strrchr(path, '\\') + 1);
    if (count > 2 && strcmp(given[1], "run") == 0) return run(given[2], NULL);
    if (count > 2 && strcmp(given[1], "limited") == 0) {
        HANDLE token = without_admin();
        return token ? run(given[2], token) : 97;
    }
    wanted = count > 2 ? given[2] : NULL;
    EnumWindows(top, 0);
    return wanted && !pressed;
}
