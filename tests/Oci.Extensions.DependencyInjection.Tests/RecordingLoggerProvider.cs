using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Oci.Extensions.DependencyInjection.Tests;

/// <summary>Remembers every message, with the category before it.</summary>
internal sealed class RecordingLoggerProvider : ILoggerProvider
{
    public ConcurrentQueue<string> Told { get; } = new();

    public ILogger CreateLogger(string categoryName) => new RecordingLogger(categoryName, Told);

    public void Dispose()
    {
    }

    private sealed class RecordingLogger(string category, ConcurrentQueue<string> told) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            told.Enqueue($"{category}: {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            told.Enqueue($"{category}: {formatter(state, exception)} {exception}");
    }
}
