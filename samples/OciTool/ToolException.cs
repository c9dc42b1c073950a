namespace OciTool;

/// <summary>The tool cannot do what it was asked to; the message says why, and what to do next.</summary>
internal sealed class ToolException(string message, Exception? innerException = null) : Exception(message, innerException);
