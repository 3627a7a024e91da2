Attribute VB_Name = "bvNexusRibbon"
Option Explicit

' What the buttons of tab bvNexus do. Everything that thinks is in Python: bvnexus_xl.excel.commands.

Private Const ADDIN_NAME As String = "bvnexus.xlam"
Private Const TEMPLATE_NAME As String = "bvnexus_template.xlsm"
Private Const START_SHEET As String = "Start"
Private Const PROBLEM_NAME As String = "problem"
Private Const DISPATCH_SHEET As String = "Dispatch"
Private Const YEAR_CELL As String = "C3"
Private Const WEEK_CELL As String = "C4"

Private mRibbon As IRibbonUI

Public Sub BvnOnLoad(ribbon As IRibbonUI)
    Set mRibbon = ribbon
End Sub

' A workbook that brings the tab along hides its own where the add-in is loaded: one tab is enough.
Public Sub BvnTabVisible(control As IRibbonControl, ByRef returnedVal)
    returnedVal = True
    If BvnIsAddin() = "False" Then returnedVal = Not BvnAddinLoaded()
End Sub

Public Sub BvnNew(control As IRibbonControl)
    Dim template As String
    template = BvnTemplate()
    If Len(Dir(template)) = 0 Then
        MsgBox "The template was not found:" & vbLf & template & vbLf & "Run: bvnexus-xl addin install", vbExclamation, "bvNexus"
        Exit Sub
    End If
    Workbooks.Add template
End Sub

Public Sub BvnCheck(control As IRibbonControl)
    BvnCall "check_inputs"
End Sub

Public Sub BvnImportJson(control As IRibbonControl)
    BvnCall "import_json"
End Sub

Public Sub BvnExportJson(control As IRibbonControl)
    BvnCall "export_json"
End Sub

' The choice goes into its cell on sheet Start, wherever the user has moved it; the tag of the menu's button is the code.
Public Sub BvnProblem(control As IRibbonControl)
    BvnChooseProblem control.Tag
End Sub

Public Sub BvnChooseProblem(ByVal code As String)
    If Not BvnHasSheet(START_SHEET) Then
        MsgBox "This workbook has no sheet " & START_SHEET & ": press New first.", vbExclamation, "bvNexus"
        Exit Sub
    End If
    ActiveWorkbook.Worksheets(START_SHEET).Range(PROBLEM_NAME).Value = code
    ActiveWorkbook.Worksheets(START_SHEET).Activate
End Sub

Public Sub BvnRunPhase1(control As IRibbonControl)
    BvnCall "run_phase1"
End Sub

Public Sub BvnRunPhase2(control As IRibbonControl)
    BvnCall "run_phase2"
End Sub

Public Sub BvnValidate(control As IRibbonControl)
    BvnCall "validate"
End Sub

Public Sub BvnScenariosPhase1(control As IRibbonControl)
    BvnCall "run_scenarios_phase1"
End Sub

Public Sub BvnScenariosPhase2(control As IRibbonControl)
    BvnCall "run_scenarios_phase2"
End Sub

Public Sub BvnCancel(control As IRibbonControl)
    BvnCall "cancel"
End Sub

Public Sub BvnGetYear(control As IRibbonControl, ByRef returnedVal)
    returnedVal = ""
    If BvnHasSheet(DISPATCH_SHEET) Then returnedVal = CStr(ActiveWorkbook.Worksheets(DISPATCH_SHEET).Range(YEAR_CELL).Value)
End Sub

Public Sub BvnSetYear(control As IRibbonControl, text As String)
    If Not IsNumeric(text) Then text = "0"
    If CDbl(text) < 2000 Or CDbl(text) > 2200 Or CDbl(text) <> Int(CDbl(text)) Then
        MsgBox "The year must be a whole number, one of the years analysed.", vbExclamation, "bvNexus"
        Exit Sub
    End If
    BvnCall "show_year", CStr(CLng(text))
End Sub

Public Sub BvnGetWeek(control As IRibbonControl, ByRef returnedVal)
    returnedVal = ""
    If BvnHasSheet(DISPATCH_SHEET) Then returnedVal = CStr(ActiveWorkbook.Worksheets(DISPATCH_SHEET).Range(WEEK_CELL).Value)
End Sub

Public Sub BvnSetWeek(control As IRibbonControl, text As String)
    If Not BvnHasSheet(DISPATCH_SHEET) Then
        MsgBox "This workbook has no sheet " & DISPATCH_SHEET & ".", vbExclamation, "bvNexus"
        Exit Sub
    End If
    If Not IsNumeric(text) Then text = "0"
    If CDbl(text) < 1 Or CDbl(text) > 53 Or CDbl(text) <> Int(CDbl(text)) Then
        MsgBox "The week must be a whole number from 1 to 53.", vbExclamation, "bvNexus"
        Exit Sub
    End If
    ActiveWorkbook.Worksheets(DISPATCH_SHEET).Range(WEEK_CELL).Value = CLng(text)
    ActiveWorkbook.Worksheets(DISPATCH_SHEET).Activate
End Sub

Public Sub BvnRecalculate(control As IRibbonControl)
    Application.CalculateFull
End Sub

Public Sub BvnRender(control As IRibbonControl)
    BvnCall "render"
End Sub

Public Sub BvnPdf(control As IRibbonControl)
    If ActiveWorkbook Is Nothing Then Exit Sub
    If Len(ActiveWorkbook.Path) = 0 Or InStr(ActiveWorkbook.Path, "://") > 0 Then
        MsgBox "Save the workbook in a folder of this computer first; the PDF goes beside it.", vbExclamation, "bvNexus"
        Exit Sub
    End If
    ActiveWorkbook.ExportAsFixedFormat 0, ActiveWorkbook.FullName & ".pdf"
    Application.StatusBar = "bvNexus: wrote " & ActiveWorkbook.FullName & ".pdf"
End Sub

Public Sub BvnGuide(control As IRibbonControl)
    If BvnHasSheet(START_SHEET) Then
        ActiveWorkbook.Worksheets(START_SHEET).Activate
    Else
        MsgBox "Press New: sheet Start of the new workbook says what to do in five steps.", vbInformation, "bvNexus"
    End If
End Sub

Public Sub BvnLog(control As IRibbonControl)
    BvnCall "show_log"
End Sub

Public Sub BvnAbout(control As IRibbonControl)
    BvnCall "about"
End Sub

' Called by Python: a copy of the open workbook as it is now, saved or not. The workbook itself is not saved.
Public Sub BvnSaveCopy(ByVal workbookName As String, ByVal target As String)
    Workbooks(workbookName).SaveCopyAs target
End Sub

' Called by Python: opens a result sheet for writing, and closes it again. There is no password.
Public Sub BvnUnlock(ByVal workbookName As String, ByVal sheetName As String)
    Workbooks(workbookName).Worksheets(sheetName).Unprotect
End Sub

Public Sub BvnLock(ByVal workbookName As String, ByVal sheetName As String)
    Workbooks(workbookName).Worksheets(sheetName).Protect DrawingObjects:=True, AllowFormattingColumns:=True, AllowFormattingRows:=True
End Sub

' Called by Python: a question or a note; Python itself shows no window.
Public Sub BvnTell(ByVal text As String)
    MsgBox text, vbInformation, "bvNexus"
End Sub

' Called by Python: the file chosen, empty when nothing was.
Public Function BvnChooseJson() As String
    Dim chosen As Variant
    chosen = Application.GetOpenFilename()
    If VarType(chosen) = vbBoolean Then
        BvnChooseJson = ""
    Else
        BvnChooseJson = CStr(chosen)
    End If
End Function

Private Sub BvnCall(ByVal command As String, Optional ByVal argument As String = "")
    If ActiveWorkbook Is Nothing Then
        MsgBox "Open a bvNexus workbook first, or press New.", vbExclamation, "bvNexus"
        Exit Sub
    End If
    If Len(argument) > 0 Then argument = ", " & argument
    RunPython "import bvnexus_xl.excel.commands as commands; commands." & command & "(" & BvnIsAddin() & argument & ")"
End Sub

' Python is told which file has these macros: True for the add-in, False for the workbook itself.
Private Function BvnIsAddin() As String
    BvnIsAddin = "False"
    If LCase$(ThisWorkbook.Name) = ADDIN_NAME Then BvnIsAddin = "True"
End Function

Private Function BvnTemplate() As String
    Dim folder As String
    folder = Application.TemplatesPath
    If Right$(folder, 1) <> Application.PathSeparator Then folder = folder & Application.PathSeparator
    BvnTemplate = folder & TEMPLATE_NAME
End Function

Private Function BvnHasSheet(ByVal sheetName As String) As Boolean
    Dim sheet As Object
    BvnHasSheet = False
    If ActiveWorkbook Is Nothing Then Exit Function
    For Each sheet In ActiveWorkbook.Worksheets
        If sheet.Name = sheetName Then BvnHasSheet = True
    Next sheet
End Function

Private Function BvnAddinLoaded() As Boolean
    Dim found As Workbook
    On Error Resume Next
    Set found = Workbooks(ADDIN_NAME)
    On Error GoTo 0
    BvnAddinLoaded = Not found Is Nothing
End Function
